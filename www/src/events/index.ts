export { adapt, adapters } from "./adapt";
export { samples, type Sample } from "./samples";
export { applicationsOf, isRefused, type Adapted, type Refused, type SampleEvent } from "./types";
