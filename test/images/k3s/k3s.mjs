#!/usr/bin/node
// /bin/k3s, and by links /bin/kubectl, /bin/ctr and /bin/crictl: process.argv[1] says which one was called.
import {enableCompileCache} from 'node:module';

enableCompileCache('/usr/lib/k3s/compile-cache');
await import('./main.mjs');
