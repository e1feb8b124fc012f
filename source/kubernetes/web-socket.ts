/** Imported late: only a port that is forwarded takes it. */
export {WebSocket} from 'ws';
