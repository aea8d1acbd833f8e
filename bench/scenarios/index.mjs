import { nodes1, nodes16, nodes4 } from './nodes.mjs';
import room from './room.mjs';
import roomFast from './room-fast.mjs';

/** In the order in which they run. */
export const scenarios = [room, roomFast, nodes1, nodes4, nodes16];
