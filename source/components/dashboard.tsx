import {Box, useWindowSize} from 'ink';
import {memo, useEffect, useMemo, useState, useSyncExternalStore} from 'react';
import {sightInFocus} from '../hooks/cluster-rows.ts';
import {
	type DashboardState,
	type DetailName,
	type ListName,
	listNames,
	type PanelName,
} from '../hooks/dashboard-state.ts';
import {listForwards} from '../hooks/forwards.ts';
import {handleKey, handleKeyUnseen, handlePaste, isTyping} from '../hooks/input.ts';
import {remapKeys} from '../hooks/key-table/remap-keys.ts';
import {keyTable} from '../hooks/key-table.ts';
import {handleMouse, type PanelPlace} from '../hooks/mouse.ts';
import {operationsIn} from '../hooks/place.ts';
import {type Selection, select} from '../hooks/selection.ts';
import {createSession, type DashboardProps, isUnderWay, keyFor, type Session, say} from '../hooks/session.ts';
import {useKeys} from '../hooks/use-keys.ts';
import {useSights} from '../hooks/use-snapshot.ts';
import {ActivityPanel} from './activity-panel.tsx';
import {AttachDialog} from './attach-dialog.tsx';
import {ClustersPanel} from './clusters-panel.tsx';
import {ConfigDialog} from './config-dialog.tsx';
import {ConnectingPage} from './connecting-page.tsx';
import {bannerRows, ConnectionBanner, EmptyPage, TooSmall} from './connection.tsx';
import {CreateDialog} from './create-dialog.tsx';
import {DeleteMarkedDialog} from './delete-marked-dialog.tsx';
import {DoctorDialog} from './doctor-dialog.tsx';
import {EngineDialog} from './engine-dialog.tsx';
import {useFooterLines} from './footer.tsx';
import {ForwardDialog, ForwardsDialog} from './forward-dialogs.tsx';
import {Header} from './header.tsx';
import {HostsDialog} from './hosts-dialog.tsx';
import {ImportDialog} from './import-dialog.tsx';
import {type Layout, layOut, type Size, smallest} from './layout.ts';
import {CharacterSet, Lines} from './line.tsx';
import {LoadBalancerPanel} from './load-balancer-panel.tsx';
import {LogPanel} from './log-panel.tsx';
import {LogRangeDialog} from './log-range-dialog.tsx';
import {NodesPanel} from './nodes-panel.tsx';
import {OperationsArea, useOperationLines} from './operations-area.tsx';
import {PaletteDialog} from './palette-dialog.tsx';
import {PortsDialog} from './ports-dialog.tsx';
import {PreviewDialog} from './preview-dialog.tsx';
import {DeleteClusterDialog, DeleteNodeDialog, QuitDialog, ResizeDialog} from './question-dialogs.tsx';
import {HelpDialog, StepsDialog} from './reader-dialogs.tsx';
import {RegistriesPanel} from './registries-panel.tsx';
import {DeleteRegistryDialog, RegistryDialog} from './registry-dialogs.tsx';
import {SaveDialog} from './save-dialog.tsx';
import {ScreenProvider, useScreen} from './screen.ts';
import type {Style} from './style.ts';
import {UndoDialog} from './undo-dialog.tsx';
import {DeletePodDialog, ObjectDialog, ScaleDialog} from './workload-dialogs.tsx';
import {WorkloadsPanel} from './workloads-panel.tsx';

/** The whole screen: a function of the snapshot, of what the keyboard changed, and of the terminal's size. */
export function Dashboard({style, ...props}: DashboardProps & {readonly style: Style}) {
	const [session] = useState(() => openSession(props));
	const sights = useSights(session.places);
	const state = useSyncExternalStore(session.store.subscribe, session.store.get);
	const {dialog} = state;
	const {place, snapshot} = sightInFocus(sights, state);
	const {columns: width, rows: height} = useWindowSize();
	const isTooSmall = width < smallest.columns || height < smallest.rows;
	const {mouse} = props;
	useEffect(() => {
		// What it did could not be seen.
		if (!isTooSmall) return mouse?.subscribe(report => handleMouse(session, report));
	}, [mouse, session, isTooSmall]);
	useKeys(
		key => (isTooSmall ? handleKeyUnseen(session, key) : handleKey(session, key)),
		text => !isTooSmall && handlePaste(session, text),
		() => !isTyping(session),
	);
	if (isTooSmall) {
		return (
			<CharacterSet value={style.characters}>
				<TooSmall width={width} height={height} asks={dialog?.kind === 'quit'} />
			</CharacterSet>
		);
	}
	const faded = snapshot.connection.state !== 'connected' || dialog !== undefined;
	return (
		<ScreenProvider value={{session, sights, snapshot, host: sights.length > 1 ? place.name : undefined, style, faded}}>
			<CharacterSet value={style.characters}>
				<Page width={width} height={height} />
			</CharacterSet>
		</ScreenProvider>
	);
}

/** The session with the person's own keys; what is wrong with those is the first thing it says. */
function openSession(props: DashboardProps): Session {
	const {table, problems} = remapKeys(keyTable, props.keys ?? {});
	const mistakes = [...(props.problems ?? []), ...problems];
	const session = createSession({...props, problems: mistakes}, table);
	const [first] = mistakes;
	if (first === undefined) return session;
	const more = mistakes.length === 1 ? '' : ` (and ${mistakes.length - 1} more)`;
	say(session, `config.yaml, ${first}${more}; ${keyFor(session, 'doctor')} tells all`, 'bad');
	return session;
}

/** The largest part of the screen that operations may take; a dialog takes their place. */
const operationsShare = 0.4;

function Page({width, height}: Size) {
	const {session, sights, snapshot, style} = useScreen();
	const state = session.store.get();
	const selection = useMemo(() => select(sights, state), [sights, state]);
	const operations = useOperationLines(width, state.dialog ? 0 : Math.floor(height * operationsShare));
	const footer = useFooterLines(width);
	const {connection, confirmedAt} = snapshot;
	const banner =
		connection.state === 'broken' && (confirmedAt !== undefined || sights.length > 1) ? connection : undefined;
	const body = {width, height: height - 1 - footer.length - operations.length - (banner ? bannerRows : 0)};
	return (
		<Box flexDirection="column" width={width} height={height}>
			<Header width={width} />
			{banner && <ConnectionBanner connection={banner} width={width} />}
			<Box height={body.height} width={width} flexShrink={0}>
				{!(style.isSpoken && state.dialog) && (
					<Body
						state={state}
						selection={selection}
						top={1 + (banner ? bannerRows : 0)}
						width={body.width}
						height={body.height}
					/>
				)}
				<OpenDialog state={state} body={body} />
			</Box>
			<OperationsArea lines={operations} />
			<Lines lines={footer} />
		</Box>
	);
}

interface BodyProps extends Size {
	/** The row of the screen that it begins with. */
	readonly top: number;
	readonly state: DashboardState;
	readonly selection: Selection;
}

/** The panels. They are spared the ticking of a running operation's spinner. */
const Body = memo(function Body({state, selection, top, width, height}: BodyProps) {
	const body = {width, height};
	const {session, sights, snapshot, style} = useScreen();
	const isAlone = sights.length === 1;
	session.room.places = [];
	if (isAlone && snapshot.confirmedAt === undefined) return <ConnectingPage {...body} />;
	if (isAlone && snapshot.clusters.length === 0 && snapshot.registries.length === 0) return <EmptyPage {...body} />;
	const wants: Record<ListName, number> = {
		clusters: selection.rows.length,
		nodes: selection.nodes.length,
		loadBalancer: selection.routes.length,
		registries: selection.registries.length,
	};
	const {lists, detail} = layOut(body, wants, style.isSpoken ? {...state, zoomed: true} : state);
	session.room.places = placesOf(lists, detail && {...detail, panel: state.detail}, top);
	// Keys make it more or less from what it is.
	if (lists.clusters && detail) session.room.lists = lists.clusters.width / body.width;
	// With little room the last two lists share a place; each then names the other.
	const tab = !lists.loadBalancer || !lists.registries;
	return (
		<>
			<Box flexDirection="column">
				{lists.clusters && <ClustersPanel selection={selection} {...lists.clusters} />}
				{lists.nodes && <NodesPanel selection={selection} {...lists.nodes} />}
				{lists.loadBalancer && <LoadBalancerPanel selection={selection} tab={tab} {...lists.loadBalancer} />}
				{lists.registries && <RegistriesPanel selection={selection} tab={tab} {...lists.registries} />}
			</Box>
			{detail && <Detail name={state.detail} selection={selection} {...detail} />}
		</>
	);
});

/** Where the panels are on screen: lists below one another, a detail at their right. */
function placesOf(
	lists: Layout['lists'],
	detail: (Size & {readonly panel: PanelName}) | undefined,
	top: number,
): readonly PanelPlace[] {
	let y = top;
	let x = 0;
	const places: PanelPlace[] = [];
	for (const panel of listNames) {
		const size = lists[panel];
		if (!size) continue;
		places.push({panel, x: 0, y, ...size});
		y += size.height;
		x = size.width;
	}
	return detail ? [...places, {x, y: top, ...detail}] : places;
}

/** What stands beside the lists. */
function Detail({name, ...place}: Size & {readonly name: DetailName; readonly selection: Selection}) {
	switch (name) {
		case 'log':
			return <LogPanel {...place} />;
		case 'workloads':
			return <WorkloadsPanel {...place} />;
		case 'activity':
			return <ActivityPanel width={place.width} height={place.height} />;
	}
}

function OpenDialog({state: {dialog}, body}: {readonly state: DashboardState; readonly body: Size}) {
	const {session, sights} = useScreen();
	switch (dialog?.kind) {
		case undefined:
			return null;
		case 'help':
			return <HelpDialog top={dialog.top} body={body} />;
		case 'steps':
			return <StepsDialog operation={dialog.operation} top={dialog.top} body={body} />;
		case 'create':
			return <CreateDialog form={dialog.form} body={body} />;
		case 'resize':
			return <ResizeDialog form={dialog.form} body={body} />;
		case 'delete-cluster':
			return <DeleteClusterDialog dialog={dialog} body={body} />;
		case 'delete-marked':
			return <DeleteMarkedDialog dialog={dialog} body={body} />;
		case 'palette':
			return <PaletteDialog form={dialog.form} body={body} />;
		case 'delete-node':
			return <DeleteNodeDialog dialog={dialog} body={body} />;
		case 'ports':
			return <PortsDialog form={dialog.form} body={body} />;
		case 'import':
			return <ImportDialog form={dialog.form} body={body} />;
		case 'config':
			return <ConfigDialog form={dialog.form} body={body} />;
		case 'preview':
			return <PreviewDialog form={dialog.form} body={body} />;
		case 'save':
			return <SaveDialog form={dialog.form} body={body} />;
		case 'undo':
			return <UndoDialog dialog={dialog} body={body} />;
		case 'log-range':
			return <LogRangeDialog index={dialog.index} body={body} />;
		case 'create-registry':
			return <RegistryDialog form={dialog.form} body={body} />;
		case 'delete-registry':
			return <DeleteRegistryDialog dialog={dialog} body={body} />;
		case 'attach':
			return <AttachDialog form={dialog.form} body={body} />;
		case 'engine':
			return <EngineDialog form={dialog.form} body={body} />;
		case 'hosts':
			return <HostsDialog form={dialog.form} body={body} />;
		case 'delete-pod':
			return <DeletePodDialog dialog={dialog} body={body} />;
		case 'scale':
			return <ScaleDialog form={dialog.form} body={body} />;
		case 'object':
			return <ObjectDialog form={dialog.form} body={body} />;
		case 'forward':
			return <ForwardDialog form={dialog.form} body={body} />;
		case 'forwards':
			return <ForwardsDialog index={dialog.index} body={body} />;
		case 'doctor':
			return <DoctorDialog page={dialog.page} body={body} />;
		case 'quit': {
			const running = operationsIn(sights)
				.filter(isUnderWay)
				.map(each => `${each.verb} ${each.subject}`);
			running.push(...listForwards(session).map(({forward}) => `${forward.address} leads to pod ${forward.pod}`));
			return <QuitDialog dialog={dialog} running={running} body={body} />;
		}
	}
}
