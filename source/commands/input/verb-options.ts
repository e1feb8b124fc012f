import type {VerbOptions} from '../../lifecycle/lifecycle.ts';
import type {Invocation} from '../command.ts';
import type {waitFlags} from './flags.ts';

/** What the flags and the process tell every verb that waits. */
export function verbOptions({context, flags}: Pick<Invocation<typeof waitFlags>, 'context' | 'flags'>): VerbOptions {
	return {
		signal: context.signal,
		wait: flags.wait,
		...(flags.timeout === undefined ? {} : {timeout: flags.timeout}),
	};
}
