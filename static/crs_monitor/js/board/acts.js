// Asks the server to do something from the board, and gives back what it said.

const TIMEOUT_MS = 10_000;

export async function act(url, content) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  try {
    const reply = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      body: new URLSearchParams(content),
      credentials: "same-origin",
      redirect: "error", // a redirect is the sign-in page
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (reply.ok || reply.status === 409) return { ok: reply.ok, said: (await reply.json()).said };
    return { ok: false, said: "This was refused. You may not do it, or it is no longer there." };
  } catch {
    return { ok: false, said: "No answer from the server: nothing is known to be done. Look again, or call." };
  }
}
