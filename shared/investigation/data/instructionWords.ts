/**
 * Words by which a text in a log reads like an instruction to whoever reads it. They make an observation and nothing else: no
 * list of words keeps an attacker out, so nothing rests on this one.
 */
export const INSTRUCTIONS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,40}\b(?:instruction|prompt|rule|evidence|previous|above|guideline|direction|check|policy)/i,
  /\b(?:you are|you're|act as|pretend|roleplay|role-play|from now on)\b.{0,40}\b(?:now|assistant|model|ai|analyst|admin|developer|mode|judge|unrestricted)\b/i,
  /\b(?:mark|classify|label|close|rate|treat|report|set|conclude|resolve|answer|say|output|return|respond|rule)\b.{0,60}\b(?:benign|false[ _-]?positive|false alarm|harmless|safe|closed|resolved|informational|not malicious|expected)\b/i,
  /\b(?:verdict|classification|confidence)\b\s*(?:[:=]|is|must|should|to)/i,
  /\b(?:approved|authori[sz]ed|confirmed|signed off|cleared|whitelisted|allowlisted)\b.{0,40}\b(?:soc|lead|ciso|manager|admin|security|team|red team|pentest|microsoft|it)\b/i,
  /\b(?:soc lead|soc manager|ciso|security team|red team|microsoft support|it admin)\b.{0,60}\b(?:approved|confirmed|says|said|authori[sz]ed|ordered|asks|wants)/i,
  /\b(?:system|developer|assistant|tool|user)\s*(?:prompt|message|note|override|result|update)?\s*[:>\]]/i,
  /<\|?\/?(?:im_start|im_end|system|assistant|tool|user|endoftext|instructions?)\b|\[\/?INST\]|<<SYS>>|###\s*(?:system|instruction|response)/i,
  /"?(?:tool_calls?|function_call|tool_result|arguments|role)"?\s*:\s*["{[]/i,
  /\b(?:run_kql|finish|get_incident|get_alerts|search_past|close_incident|send_mail|send_email)\s*[({]/i,
  /\b(?:send|post|upload|exfiltrate|email|forward|fetch|visit|open|call|curl)\b.{0,60}https?:\/\//i,
  /!\[[^\]]*\]\(|<(?:img|script|iframe|a|svg|meta)\b|\]\(\s*(?:https?|data|javascript):/i,
  /\b(?:ai|llm|model|assistant|chatbot|copilot|analyst|reader)s?\b.{0,40}\b(?:must|should|shall|please|need to|have to|do not|don't)\b/i,
  // German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Swedish, Turkish, Indonesian, Vietnamese
  /\b(?:ignorier|vergiss|missacht|schließe|schliesse|stufe|bewerte|markiere)\w*\b.{0,60}/i,
  /\b(?:ignore[zr]?|oublie[zr]?|ferme[zr]?|classe[zr]?|considère|marque[zr]?)\b.{0,60}\b(?:instruction|consigne|incident|bénin|faux|alerte|règle)/i,
  /\b(?:ignora|olvida|cierra|clasifica|marca|considera|dimentica|chiudi|classifica|segna|esqueça|feche|classifique|marque|ignore)\b.{0,60}\b(?:instruc|istruz|incident|benign|fals|alert|regla|regole|regras)/i,
  /\b(?:negeer|vergeet|sluit|markeer|zignoruj|zapomnij|zamknij|oznacz|ignoruj|uzavři|označ|ignorera|stäng|markera|abaikan|tutup|tandai)\b/i,
  /(?:bỏ qua|đóng sự cố|önceki talimat|yok say|kapat|olarak işaretle)/i,
  // Russian, Ukrainian, Greek, Arabic, Hebrew, Persian, Hindi, Chinese, Japanese, Korean, Thai
  /(?:игнорир|забудь|закрой|отметь|пометь|ігноруй|закрий|αγνόησε|κλείσε|تجاهل|أغلق|صنف|התעלם|סגור|نادیده|ببند|अनदेखा|बंद कर|忽略|无视|無視|关闭|關閉|标记为|標記為|クローズ|とマーク|무시|종료|표시|ละเว้น|ปิดเหตุการณ์)/u,
];
