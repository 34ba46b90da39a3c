/** Hands a made file to the browser's downloads. */

export function download(content: Blob, fileName: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has the content by then, however large it is.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
