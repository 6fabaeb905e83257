/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/check/findings.h: what a reviewer would say of a
 * package. All functions: [any].
 */
#ifndef RUNTIME_CHAINCODE_FINDINGS_H
#define RUNTIME_CHAINCODE_FINDINGS_H

#include <jansson.h>

#include "plugins/runtime-chaincode/check/tokens.h"

/* Findings of a package; what more there is is not told. */
#define FINDINGS_MAX 500u

typedef enum {
	/* Endorsements differ: */
	RULE_RANDOM,
	RULE_TIME,
	RULE_NETWORK,
	RULE_ENVIRONMENT,
	RULE_FILES,
	RULE_LOCALE,
	RULE_RACE,
	RULE_FOR_IN,
	RULE_JSON,
	RULE_GLOBAL,
	RULE_FLOAT,
	/* It does not do what it seems to: */
	RULE_TIMER,
	RULE_UNAWAITED,
	RULE_RICH_QUERY,
	RULE_EVAL,
	RULE_REQUIRE,
	/* It cannot run: */
	RULE_PACKAGE,
	RULE_MODULE,
	RULES
} Rule;

typedef struct {
	json_t *list;
	gboolean broken; /* it cannot run */
} Findings;

/* The first finding of a rule in a line counts. `detail` may be NULL. */
void findings_add(Findings *findings, Rule rule, const char *file, guint line,
		  const char *detail);

/* ---- rules.c, statements.c, state.c ---- */

/* Looks for what single names say. */
void rules_apply(const GArray *tokens, const char *file, Findings *findings);
/* Looks for promises that nobody waits for. */
void statements_apply(const GArray *tokens, const char *file,
		      Findings *findings);
/* Looks for what is kept from one transaction to the next. */
void state_apply(const GArray *tokens, const char *file, Findings *findings);

#endif
