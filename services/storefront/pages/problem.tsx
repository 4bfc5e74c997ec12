export function ProblemPage({ status, message }: { status: number; message: string }) {
  const [title, text] = describe(status, message);
  return (
    <section class="empty">
      <p class="status">{status}</p>
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <a class="button" href="/">
          To the home page
        </a>
      </p>
    </section>
  );
}

function describe(status: number, message: string): [title: string, text: string] {
  if (status === 404) return ["There is nothing here", "It may have moved, or never existed."];
  if (status === 403) return ["We didn't do that", message];
  if (status === 503) {
    return [
      "Just a moment",
      "A part of the store is catching its breath. Try again in a few seconds.",
    ];
  }
  if (status >= 500)
    return ["Something went wrong", "It's our fault, and we have written it down."];
  return ["That didn't work", "The request wasn't one that we understand."];
}
