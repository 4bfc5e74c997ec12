export function ProblemPage({ status }: { status: number }) {
  const [title, text] =
    status === 503
      ? [
          "Prometheus does not answer",
          "How the store is can't be told right now; the store itself needs neither Prometheus nor this page.",
        ]
      : status === 404
        ? ["There is nothing here", "The status is on the first page."]
        : ["Something went wrong", "The log of this service says what."];
  return (
    <section class="verdict bad">
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <a href="/">To the status</a>
      </p>
    </section>
  );
}
