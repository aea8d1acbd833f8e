// The services and messages, read from the product's own files when the program starts.
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));

const definitions = loadSync(['push_manager.proto', 'google/rpc/error_details.proto'], {
  includeDirs: [folder('../../src/main/proto'), folder('../third_party')],
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
});

export const { PushManagerService } = grpc.loadPackageDefinition(definitions).pubsub;
export const Status = definitions['google.rpc.Status'];
export const RetryInfo = definitions['google.rpc.RetryInfo'];
