import type {IBufferCell, Terminal} from '@xterm/headless';

/** Colours of a calm dark terminal: black, red, green, yellow, blue, magenta, cyan, white, then the bright ones. */
const palette = [
	'#24273a',
	'#ed8796',
	'#a6da95',
	'#eed49f',
	'#8aadf4',
	'#c6a0f6',
	'#8bd5ca',
	'#b8c0e0',
	'#5b6078',
	'#ed8796',
	'#a6da95',
	'#eed49f',
	'#8aadf4',
	'#c6a0f6',
	'#8bd5ca',
	'#ffffff',
];
const foreground = '#cad3f5';
const background = '#181926';
const cell = {width: 8.4, height: 18};

interface Look {
	readonly color: string;
	readonly background: string;
	readonly bold: boolean;
	readonly dim: boolean;
}

function lookOf(at: IBufferCell): Look {
	// k3dui uses the terminal's sixteen colours only.
	const color = at.isFgDefault() ? foreground : (palette[at.getFgColor()] ?? foreground);
	const behind = at.isBgDefault() ? background : (palette[at.getBgColor()] ?? background);
	const isInverse = at.isInverse() !== 0;
	return {
		color: isInverse ? behind : color,
		background: isInverse ? color : behind,
		bold: at.isBold() !== 0,
		dim: at.isDim() !== 0,
	};
}

const entities: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;'};
const xmlText = (text: string) => text.replace(/[&<>]/g, char => entities[char] ?? char);

/** A terminal's screen as an SVG picture: one text element for each run of cells that look alike. */
export function screenSvg(terminal: Terminal): string {
	const width = terminal.cols * cell.width;
	const height = terminal.rows * cell.height;
	const shapes: string[] = [];
	const texts: string[] = [];
	for (let y = 0; y < terminal.rows; y++) {
		const line = terminal.buffer.active.getLine(terminal.buffer.active.baseY + y);
		let run: {x: number; cells: number; text: string; look: Look} | undefined;
		const flush = () => {
			if (!run) return;
			const {x, cells, text, look} = run;
			const left = (x * cell.width).toFixed(1);
			const length = (cells * cell.width).toFixed(1);
			if (look.background !== background) {
				shapes.push(
					`<rect x="${left}" y="${y * cell.height}" width="${length}" height="${cell.height}" fill="${look.background}"/>`,
				);
			}
			if (text.trim() !== '') {
				const style = `${look.bold ? ' font-weight="bold"' : ''}${look.dim ? ' opacity="0.65"' : ''}`;
				texts.push(
					`<text x="${left}" y="${y * cell.height + 13}" textLength="${length}" fill="${look.color}"${style}>${xmlText(text)}</text>`,
				);
			}
			run = undefined;
		};
		for (let x = 0; x < terminal.cols; x++) {
			const at = line?.getCell(x);
			if (!at || at.getWidth() === 0) continue;
			const look = lookOf(at);
			if (run && JSON.stringify(run.look) !== JSON.stringify(look)) flush();
			run ??= {x, cells: 0, text: '', look};
			run.text += at.getChars() || ' ';
			run.cells += at.getWidth();
		}
		flush();
	}
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width + 16}" height="${height + 16}" viewBox="-8 -8 ${width + 16} ${height + 16}">`,
		'<title>The dashboard of k3dui</title>',
		`<rect x="-8" y="-8" width="${width + 16}" height="${height + 16}" rx="8" fill="${background}"/>`,
		...shapes,
		'<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">',
		...texts,
		'</g></svg>',
		'',
	].join('\n');
}
