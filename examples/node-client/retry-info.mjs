import { RetryInfo, Status } from './protos.mjs';

// How long the manager asks to wait, where it does.
export function retryDelayMs(error) {
  const [encoded] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!encoded) return undefined;
  const detail = Status.deserialize(encoded).details.find(({ type_url: type }) => type.endsWith('/google.rpc.RetryInfo'));
  if (!detail) return undefined;
  const { retry_delay: delay } = RetryInfo.deserialize(detail.value);
  return delay.seconds * 1_000 + delay.nanos / 1_000_000;
}
