import {runningOf} from '../cluster/model.ts';
import {harmless} from '../engine/harmless.ts';
import type {Snapshot} from '../watch/snapshot.ts';
import {spread, widthOf} from './fit.ts';
import {Line} from './line.tsx';
import {useScreen} from './screen.ts';
import type {StateWord} from './state-words.ts';

const connections: Readonly<Record<Snapshot['connection']['state'], StateWord>> = {
	connecting: {text: '◌ connecting', tone: 'warning'},
	connected: {text: '● live', tone: 'good'},
	broken: {text: '✖ disconnected', tone: 'bad'},
};

/** Less of an address says nothing. */
const leastAddress = 14;

/**
 * The first line: which engine this is, how much of all hosts runs, and whether what is shown is live. What has to be said of
 * the engine all the time stays whole: the address is cut for it, then numbers are left out.
 */
export function Header({width}: {readonly width: number}) {
	const {session, sights, snapshot, host, style} = useScreen();
	const clusters = sights.flatMap(sight => sight.snapshot.inventory.clusters);
	const nodes = clusters.flatMap(cluster => [...cluster.servers, ...cluster.agents]);
	const running = clusters.filter(cluster => cluster.state !== 'stopped').length;
	const {tone, text} = connections[snapshot.connection.state];
	const separator = style.dim(' · ');
	const name = style.bold(style.tone('accent', 'k3dui'));
	const notices = [
		...(session.notice === undefined ? [] : [session.notice]),
		...(session.readOnly ? ['read-only'] : []),
	];
	const notice = notices.map(text => style.bold(style.tone('warning', text)));
	const isNamed = host === undefined || snapshot.endpoint.includes(host);
	const engine = [
		harmless(isNamed ? snapshot.endpoint : `${host} ${snapshot.endpoint}`),
		...(snapshot.engine ? [`Docker ${harmless(snapshot.engine.version)}`] : []),
	];
	const line = (parts: readonly string[]) => ` ${name}  ${parts.join(separator)}`;
	const counts = sights.every(sight => sight.snapshot.confirmedAt === undefined)
		? []
		: [
				`${style.bold(`${running}/${clusters.length}`)} clusters`,
				`${style.bold(`${runningOf(nodes)}/${nodes.length}`)} nodes`,
			];
	const live = sights.filter(sight => sight.snapshot.connection.state === 'connected').length;
	const hosts = host === undefined ? [] : [`${style.bold(`${live}/${sights.length}`)} hosts`];
	const ends = [counts, counts.slice(0, 1), []].map(
		shown => `${[...hosts, ...shown, style.tone(tone, text)].join(separator)} `,
	);
	// Without a notice the numbers stay: the address may be cut down to nothing.
	if (notice.length === 0) return <Line text={spread(line(engine), ends[0] ?? '', width)} />;
	const room = width - widthOf(line(notice)) - 1;
	const end = ends.find(each => widthOf(each) <= room) ?? `${style.tone(tone, text.slice(0, 1))} `;
	const parts = room - widthOf(end) < leastAddress ? notice : [...notice, ...engine];
	return <Line text={spread(line(parts), end, width)} />;
}
