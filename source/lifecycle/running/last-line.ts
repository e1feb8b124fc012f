import type {Engine} from '../../engine/engine.ts';
import {lastLogLines} from '../../engine/log-stream.ts';
import type {StepReport} from '../operation.ts';

/** Milliseconds without news after which a container's own last line is shown. */
const quietFor = 3000;

/**
 * Does some work of a step that waits for a container. Where nothing new has been said for three seconds, the container's
 * own last line stands behind what the step waits for, and is looked at again as long as that stays so.
 *
 * @param container its name or id
 */
export async function withLastLine<Result>(
	engine: Engine,
	container: string,
	report: StepReport,
	work: (report: StepReport) => Promise<Result>,
): Promise<Result> {
	let detail: string | undefined;
	let isOver = false;
	const look = async () => {
		const asked = detail;
		const [line] = await lastLogLines(engine, container, 1).catch(() => []);
		if (isOver) return;
		if (line !== undefined && asked === detail) {
			report.detail(asked === undefined ? `${container}: ${line}` : `${asked}; ${container}: ${line}`);
		}
		timer.refresh();
	};
	const timer = setTimeout(() => void look(), quietFor);
	try {
		return await work({
			...report,
			detail(text) {
				if (text === detail) return;
				detail = text;
				report.detail(text);
				timer.refresh();
			},
		});
	} finally {
		isOver = true;
		clearTimeout(timer);
	}
}
