/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/pair.h: chains of one engine in one process, with the same keys
 * and the same contract.
 */
#ifndef TOOLS_CONFORM_PAIR_H
#define TOOLS_CONFORM_PAIR_H

#include "tools/conform/bed.h"

/* What only one chain is told. */
#define PAIR_MARKER "mark4711only0815left"

Bed *pair_chain(Run *run, const char *name);
/* Deploys version 1 there. */
void pair_deploy(Bed *bed);
/* Puts the marker there in every way that there is. */
void pair_tell(Bed *bed);
/* Asks all that an application, an operator or a neighbour may ask. */
void pair_ask_everything(Bed *bed);

#endif
