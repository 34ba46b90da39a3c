/** A refusal as the server words it. */
export const problem = (status: number, title: string, detail: string, code: string): Response =>
  new Response(
    JSON.stringify({
      type: "about:blank",
      title,
      status,
      detail,
      code,
      instance: "",
      trace_id: "4bf92f3577b34da6",
    }),
    { status, headers: { "content-type": "application/problem+json" } },
  );
