import cluster from './cluster.mjs';
import garbage from './garbage.mjs';
import idle from './idle.mjs';
import { nodes1, nodes16, nodes4 } from './nodes.mjs';
import room from './room.mjs';
import roomFast from './room-fast.mjs';
import rooms50 from './rooms50.mjs';
import routing from './routing.mjs';
import start from './start.mjs';
import storm from './storm.mjs';

/** In the order in which they run. */
export const scenarios = [room, roomFast, rooms50, nodes1, nodes4, nodes16, routing, idle, storm, garbage, cluster, start];
