import { incident } from "aftershock/vitest";

incident("incidents/unread-answers");
