import Type, { type Static } from "typebox";
import { contract, type Peer } from "../shared/peer.ts";

/** One series and its value now. */
export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

const Labels = Type.Record(Type.String(), Type.String());

const QueryAnswer = Type.Object({
  data: Type.Object({
    result: Type.Array(
      Type.Object({
        metric: Labels,
        value: Type.Tuple([Type.Number(), Type.String()]),
      }),
    ),
  }),
});

const AlertAnswer = Type.Object({
  labels: Labels,
  annotations: Labels,
  state: Type.Union([Type.Literal("pending"), Type.Literal("firing")]),
  activeAt: Type.String(),
});
const AlertsAnswer = Type.Object({ data: Type.Object({ alerts: Type.Array(AlertAnswer) }) });

/** An alert as Prometheus tells of it. */
export type PrometheusAlert = Static<typeof AlertAnswer>;

const queryAnswer = contract(QueryAnswer);
const alertsAnswer = contract(AlertsAnswer);

/** What the status page asks Prometheus, by its HTTP interface. */
export class PrometheusClient {
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** @throws UnavailableError if it doesn't answer, or not the expression's values. */
  async query(expression: string, requestId: string): Promise<Sample[]> {
    const path = "/api/v1/query";
    const answer = await this.#peer.call(queryAnswer, {
      path,
      query: { query: expression },
      requestId,
    });
    return answer.data.result.map(({ metric, value: [, value] }) => ({
      labels: metric,
      value: Number(value),
    }));
  }

  /** All that are pending or firing. */
  async alerts(requestId: string): Promise<PrometheusAlert[]> {
    const answer = await this.#peer.call(alertsAnswer, { path: "/api/v1/alerts", requestId });
    return answer.data.alerts;
  }
}
