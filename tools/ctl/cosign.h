/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/cosign.h: transactions that several people sign, each at their own
 * machine. What goes from one to the next is the round that a host answered
 * (docs/gateway-api.md, "Signing yourself"), as JSON in a file.
 */
#ifndef TOOLS_CTL_COSIGN_H
#define TOOLS_CTL_COSIGN_H

#include "tools/ctl/ctl.h"

/* Whether a round asks for the signature of another person. */
gboolean cosign_needed(json_t *round);
/* Prints a finished transaction in hexadecimal; or a round for who signs next, and
 * says on standard error who that is. */
void cosign_print(Ctl *ctl, json_t *round);
/* Prints such a round, and fails: it was to be submitted. */
void cosign_fail(Ctl *ctl, json_t *round, GError **error);

/* A round from a file ("-": standard input); to be released. */
json_t *cosign_read(const char *file, GError **error);
/* Signs a round with the key of ctl's identity, or with a hosted key: the host's
 * answer, which is a round for the next one or has the transaction; to be
 * released. */
json_t *cosign(Ctl *ctl, const char *chain, json_t *round, const char *hosted,
	       GError **error);

#endif
