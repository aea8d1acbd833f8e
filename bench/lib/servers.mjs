// The contenders that hold WebSockets. start(ctx) gives a Server:
//   pid                 whose CPU counts, with its children
//   sockets             what wsload must be told to open and subscribe them
//   push                what the HTTP publisher must be told, unless the server makes its own messages
//   stop()
import fs from 'node:fs';
import path from 'node:path';
import { Process, freePort, httpOk } from './processes.mjs';

const listening = async (port) => {
  const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1_000) }).catch((error) => error);
  return !(answer instanceof Error) || answer.cause?.code !== 'ECONNREFUSED';
};

/**
 * Our jar in a role, ready.
 *
 * @param env its environment, beside the ports
 * @param pollMs how often it is asked whether it is ready
 */
export async function pushManager(ctx, role, { env = {}, java = ctx.java, jvm = [], pollMs = 20 } = {}) {
  const [grpc, http, node, controller, metrics] = await Promise.all(Array.from({ length: 5 }, freePort));
  const child = new Process(role, java, [...jvm, '-jar', ctx.jar, 'serve', '--role', role], {
    log: ctx.log(role),
    env: {
      ETCD_ENDPOINTS: '',
      GRPC_PORT: grpc,
      HTTP_PORT: http,
      CONNECT_NODE_GRPC_PORT: node,
      CONTROLLER_GRPC_PORT: controller,
      METRICS_PORT: metrics,
      ...env,
    },
  });
  await child.until(() => httpOk(`http://127.0.0.1:${metrics}/health/ready`), { pollMs });
  return { child, grpc, http, metrics };
}

/** Push-Manager as one process: manager and node together, so that whatever a push costs is in the figure. */
export const ours = {
  id: 'ours',
  label: 'Push-Manager',
  jvm: true,
  async start(ctx, options) {
    const { child, grpc, http } = await pushManager(ctx, 'all', options);
    return {
      pid: child.pid,
      sockets: { port: http, path: '/ws?user_id=u{i}&room_id=room-{m}' },
      push: { url: `http://127.0.0.1:${grpc}/v1/push`, body: '{"room_id":"room-{m}","content":{"type":"TEXT","data":"%"}}' },
      stop: () => child.stop(),
    };
  },
};

/** A bare epoll loop that writes one prepared frame to every socket: what the kernel alone costs. */
export const floor = (perWrite) => ({
  id: perWrite === 1 ? 'floor' : `floor-${perWrite}`,
  label: perWrite === 1 ? 'C floor' : `C floor, ${perWrite} a write`,
  ownRate: true,
  async start(ctx, { rate, size }) {
    const port = await freePort();
    const args = [port, rate / perWrite, size, perWrite].map(String);
    const child = new Process('wslimit', ctx.tool('wslimit'), args, { log: ctx.log('wslimit') });
    await child.until(() => fs.readFileSync('/proc/net/tcp', 'utf8').includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`));
    return { pid: child.pid, sockets: { port, path: '/' }, ownRate: true, stop: () => child.stop() };
  },
});

const nodePeer = (id, label, extra, sockets) => ({
  id,
  label,
  ownRate: true,
  async start(ctx, { rate, size }) {
    const port = await freePort();
    const args = [path.join(ctx.peers, 'peer-ws.mjs'), port, rate, size, ...extra].map(String);
    const child = new Process(id, process.execPath, args, { log: ctx.log(id), cwd: ctx.bench });
    await child.until(() => listening(port));
    return { pid: child.pid, sockets: { port, ...sockets }, ownRate: true, stop: () => child.stop() };
  },
});
export const npmWs = nodePeer('ws', 'npm ws', [], { path: '/' });
export const socketIo = nodePeer('socket.io', 'socket.io', ['--io'], { path: '/socket.io/?EIO=4&transport=websocket', sends: ['40'] });

/** nginx with the nchan module, one worker: a second one only adds messages between the two. */
export const nchan = {
  id: 'nchan',
  label: 'nchan',
  async start(ctx) {
    const port = await freePort();
    const folder = ctx.folder('nchan');
    const config = path.join(folder, 'nginx.conf');
    fs.writeFileSync(config, `
load_module ${ctx.peer.nchan.module};
daemon off; worker_processes 1; worker_rlimit_nofile ${ctx.openFiles}; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections ${ctx.openFiles - 100}; }
http {
  access_log off; keepalive_requests 100000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  nchan_shared_memory_size 512M;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /sub { nchan_subscriber websocket; nchan_channel_id $arg_room; nchan_subscriber_first_message newest; }
    location = /pub { nchan_publisher http; nchan_channel_id $arg_room; nchan_message_buffer_length 2000; nchan_message_timeout 10s; }
  }
}
`);
    const child = new Process('nchan', ctx.peer.nchan.command, ['-c', config, '-p', folder], { log: ctx.log('nchan') });
    await child.until(() => listening(port));
    return {
      pid: child.pid,
      sockets: { port, path: '/sub?room=room-{m}' },
      push: { url: `http://127.0.0.1:${port}/pub?room=room-{m}`, body: '%' },
      stop: () => child.stop(),
    };
  },
};

/**
 * Centrifugo 5 with its memory engine and its defaults (pings every 25 s like ours, no compression, no history, no presence); anyone may
 * connect, subscribe and publish, so that nothing is spent on tokens. Clients speak its JSON protocol, with both ways, as its SDKs do:
 * connect and subscribe in one frame, which is the least it can be asked for a join, and an answer to each ping.
 */
export const centrifugo = {
  id: 'centrifugo',
  label: 'Centrifugo',
  async start(ctx, { config: more = {} } = {}) {
    const port = await freePort();
    const config = path.join(ctx.folder('centrifugo'), 'config.json');
    fs.writeFileSync(config, JSON.stringify({
      address: '127.0.0.1',
      port: String(port),
      engine: 'memory',
      allow_anonymous_connect_without_token: true,
      allow_subscribe_for_anonymous: true,
      allow_subscribe_for_client: true,
      allowed_origins: ['*'],
      api_insecure: true,
      health: true,
      log_level: 'error',
      ...more,
    }));
    const child = new Process('centrifugo', ctx.peer.centrifugo.command, ['--config', config], { log: ctx.log('centrifugo') });
    await child.until(() => httpOk(`http://127.0.0.1:${port}/health`));
    return {
      pid: child.pid,
      sockets: {
        port,
        path: '/connection/websocket',
        sends: ['{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"room-{m}"}}'],
      },
      push: { url: `http://127.0.0.1:${port}/api/publish`, body: '{"channel":"room-{m}","data":"%"}' },
      stop: () => child.stop(),
    };
  },
};
