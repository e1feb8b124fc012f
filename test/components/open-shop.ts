import {fakeShop} from './fake-workloads.ts';
import {openDashboard, type ScreenOptions} from './screen.tsx';

/** The key of the workloads panel. */
export const workloads = '6';

/** The dashboard with a shop in every cluster, and the workloads panel in focus. */
export async function openShop(options: ScreenOptions & {readonly view?: ReturnType<typeof fakeShop>} = {}) {
	const {view = fakeShop(), ...screenOptions} = options;
	const screen = openDashboard({columns: 200, ...screenOptions});
	screen.watch.workloads = view;
	await screen.press(workloads);
	return screen;
}

/** The panel's row that has this text in it. */
export const rowOf = (screen: Awaited<ReturnType<typeof openShop>>, text: string) =>
	screen
		.lines()
		.map(line => line.slice(line.lastIndexOf('││') + 2))
		.find(line => line.includes(text)) ?? '';
