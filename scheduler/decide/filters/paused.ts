import { describeOrder, pauseOf } from "../../domain/order.ts";
import { OK, refuse, type TaskFilter } from "./filter.ts";

/** A person's word on this one service; a pause of everything stops whole plans instead. */
export const paused: TaskFilter = {
  name: "paused",
  check({ service, view, nowMs }) {
    const order = pauseOf(view.orders, service.id, nowMs);
    return order === null ? OK : refuse(describeOrder(order, "moves of it are paused"));
  },
};
