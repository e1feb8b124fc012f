import type {Activity} from './activity.ts';
import {placeOf} from './cursor.ts';
import type {Key} from './keys.ts';
import {moveInPanel} from './list-keys.ts';
import {type Session, say, showSteps, update} from './session.ts';

/** The activities as they are shown: the newest first. */
export function shownActivities({activity}: Session): readonly Activity[] {
	return activity.entries.toReversed();
}

/** Where the cursor is among them; −1 where there are none. */
export function activityIndex(session: Session): number {
	const ids = shownActivities(session).map(({id}) => String(id));
	return placeOf(ids, session.store.get().activityCursor);
}

/** The one with the cursor. */
export function chosenActivity(session: Session): Activity | undefined {
	return shownActivities(session)[activityIndex(session)];
}

/** Moves the cursor. */
export function moveInActivity(session: Session, key: Key): void {
	const count = shownActivities(session).length;
	goToActivity(session, moveInPanel(key, activityIndex(session), count, session.room.activity));
}

/** Moves the cursor to the activity at an index of those that are shown, or to the nearest. */
export function goToActivity(session: Session, index: number): void {
	const entries = shownActivities(session);
	const to = Math.max(0, Math.min(entries.length - 1, index));
	const entry = entries[to];
	// At the top it stays with the newest, whatever comes.
	update(session, {activityCursor: to === 0 || !entry ? {id: undefined, index: 0} : {id: String(entry.id), index: to}});
}

/** Opens the steps of the activity with the cursor. */
export function openChosenSteps(session: Session): void {
	const entry = chosenActivity(session);
	if (entry) showSteps(session, entry.operation());
}

/** Copies its command line. */
export function copyCommand(session: Session): void {
	const entry = chosenActivity(session);
	if (!entry) {
		say(session, 'nothing has been done yet', 'warning');
		return;
	}
	const {text, note} = entry.command;
	const {isCopied, where} = session.copy(`${text}\n`);
	say(
		session,
		[`the command line: ${where}`, ...(note === undefined ? [] : [note])].join('; '),
		isCopied ? 'good' : 'warning',
	);
}
