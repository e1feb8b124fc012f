import {useEffect, useState} from 'react';

/** How long the cursor has to rest on something before it is read, in milliseconds. */
const settleTime = 120;

/** The id once it has stayed the same for a moment; the first one at once. */
export function useSettled(id: string | undefined): string | undefined {
	const [settled, setSettled] = useState(id);
	useEffect(() => {
		if (id === settled) return;
		const timer = setTimeout(setSettled, settled === undefined ? 0 : settleTime, id);
		return () => clearTimeout(timer);
	}, [id, settled]);
	return settled === id ? settled : undefined;
}
