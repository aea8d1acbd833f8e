// As peers/pub-http.mjs, for several rooms in turn: {m} in the URL or the body is the room's number, % in the body the message.
// node publish-rooms.mjs URL RATE SIZE SECS BODY ROOMS
import http from 'node:http';

const [url, rate, size, secs, template, rooms] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const targets = Array.from({ length: Number(rooms) }, (_, m) => ({
  url: new URL(url.replaceAll('{m}', m)),
  template: template.replaceAll('{m}', m),
}));
const gap = 1000 / Number(rate);
const begin = performance.now();
const counts = { ok: 0, bad: 0 };
let sent = 0;
let ended = 0;

function send() {
  const target = targets[sent++ % targets.length];
  const stamp = `@@${process.hrtime.bigint()}@@`;
  const body = target.template.replace('%', stamp.padEnd(Number(size), 'x'));
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  const request = http.request(target.url, { method: 'POST', agent, headers }, (answer) => {
    if (answer.statusCode < 300) counts.ok++;
    else counts.bad++;
    answer.resume();
    ended++;
  });
  request.on('error', () => {
    counts.bad++;
    ended++;
  });
  request.end(body);
}

(function tick() {
  const now = performance.now();
  while (begin + sent * gap <= now && sent * gap < secs * 1000) send();
  if (sent * gap < secs * 1000 || (ended < sent && now < begin + secs * 1000 + 1000)) setTimeout(tick, 1);
  else {
    console.error(JSON.stringify({ ...counts, unanswered: sent - ended }));
    process.exit(0);
  }
})();
