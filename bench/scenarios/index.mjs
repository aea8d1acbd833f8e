import room from './room.mjs';
import roomFast from './room-fast.mjs';

/** In the order in which they run. */
export const scenarios = [room, roomFast];
