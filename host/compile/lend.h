/* SPDX-License-Identifier: Apache-2.0
 *
 * host/compile/lend.h: `bsn.compiler/1`: the way of a compilation from a
 * chain's strand to the main loop, where compilers run, and back.
 */
#ifndef HOST_COMPILE_LEND_H
#define HOST_COMPILE_LEND_H

#include <bsn/ext/compiler.h>

#include "host/chain/chain.h"
#include "host/compile/compilers.h"

/* Whose compilers are lent from now on; NULL: nobody's. Before plugins are
 * loaded, and when no chain is open. [main] */
void compile_lend(Compilers *compilers);

/* On the strand: ends what the chain's engine still waits for, telling it. */
void compile_end_all(Chain *chain);

extern const bsn_compiler service_compiler;

#endif
