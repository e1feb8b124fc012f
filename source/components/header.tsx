import {runningOf} from '../cluster/model.ts';
import {harmless} from '../engine/harmless.ts';
import type {Snapshot} from '../watch/snapshot.ts';
import {spread} from './fit.ts';
import {Line} from './line.tsx';
import {useScreen} from './screen.ts';
import type {StateWord} from './state-words.ts';

const connections: Readonly<Record<Snapshot['connection']['state'], StateWord>> = {
	connecting: {text: '◌ connecting', tone: 'warning'},
	connected: {text: '● live', tone: 'good'},
	broken: {text: '✖ disconnected', tone: 'bad'},
};

/** The first line: which engine this is, how much of it runs, and whether what is shown is live. */
export function Header({width}: {readonly width: number}) {
	const {snapshot, style} = useScreen();
	const {clusters} = snapshot.inventory;
	const nodes = clusters.flatMap(cluster => [...cluster.servers, ...cluster.agents]);
	const running = clusters.filter(cluster => cluster.state !== 'stopped').length;
	const connection = connections[snapshot.connection.state];
	const separator = style.dim(' · ');
	const left = [
		`${style.bold(style.tone('accent', 'k3dui'))}  ${harmless(snapshot.endpoint)}`,
		...(snapshot.engine ? [`Docker ${harmless(snapshot.engine.version)}`] : []),
	].join(separator);
	const right = [
		...(snapshot.confirmedAt === undefined
			? []
			: [
					`${style.bold(`${running}/${clusters.length}`)} clusters`,
					`${style.bold(`${runningOf(nodes)}/${nodes.length}`)} nodes`,
				]),
		style.tone(connection.tone, connection.text),
	].join(separator);
	return <Line text={spread(` ${left}`, `${right} `, width)} />;
}
