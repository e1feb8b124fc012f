import {toProblem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import {SshQuestion} from '../engine/ssh/ssh-problem.ts';
import {type Session, say} from './session.ts';

/** Whether the engine is behind an ssh that has a question only a person can answer. */
export function awaitsLogin({watch, logIn}: Session): boolean {
	const {connection} = watch.snapshot();
	return logIn !== undefined && connection.state === 'broken' && connection.problem instanceof SshQuestion;
}

/** Tries the broken connection again; where ssh has a question, it asks it first. */
export function reconnect(session: Session): void {
	// The cursor may be on another host when ssh has ended.
	const {watch, logIn} = session;
	const retry = () => watch.retry();
	if (!logIn || !awaitsLogin(session)) retry();
	else logIn().then(retry, error => say(session, harmless(toProblem(error).reason), 'bad'));
}
