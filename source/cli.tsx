/** The oldest Node.js that every bundled library supports (Ink 8). */
const oldestNode = 22;

// An old Node.js has to understand this file, so it uses no new syntax and loads everything only after this check.
if (Number.parseInt(process.versions.node, 10) < oldestNode) {
	process.stderr.write(`k3dui needs Node.js ${oldestNode} or newer; this is Node.js ${process.versions.node}.\n`);
	process.exit(1);
}

// For those who build programs; here they would land in the middle of the dashboard. (node-fetch, which the Kubernetes
// client uses, calls `url.parse`.)
process.noDeprecation = true;

import('./first-paint.ts').then(({showFirstPaint, endFirstPaint}) => {
	showFirstPaint(process.argv.slice(2), process.env);
	return import('./commands/process.ts').then(({runProcess}) =>
		runProcess(
			(choice, signal) => import('./open-dashboard.ts').then(({openDashboard}) => openDashboard(choice, signal)),
			endFirstPaint,
		),
	);
});
