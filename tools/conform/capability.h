/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/capability.h: whether what an engine says of a chain
 * (bsn/capability.h) can be so.
 */
#ifndef TOOLS_CONFORM_CAPABILITY_H
#define TOOLS_CONFORM_CAPABILITY_H

#include <bsn/bsn.h>
#include <glib.h>

/* What contradicts itself in the record; NULL: nothing. */
const char *capability_fault(const bsn_capabilities *given);
/* How its finality contradicts the protocol that the chain's nodes agree by;
 * NULL: not at all. */
const char *capability_against(const bsn_capabilities *given,
			       const bsn_consensus *protocol);
/* What is wrong with a JSON text of languages; NULL: nothing. */
const char *capability_languages_fault(bsn_slice json);

#endif
