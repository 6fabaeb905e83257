/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/conform-wrong.h: checks of bsn-conform, run on tables that are
 * right, or wrong in one thing.
 */
#ifndef TESTS_UNIT_CONFORM_WRONG_H
#define TESTS_UNIT_CONFORM_WRONG_H

#include <bsn/ext/public_key.h>

#include "tools/conform/run.h"

/* Whose file the checks are about; NULL: they ask for none. */
extern const Subject *conform_subject;

/* What came of a check on this plugin, run in a child. */
typedef struct {
	Verdict verdict; /* VERDICT_CRASHED: the child was killed */
	char summary[1024];
	char call[96];
} Outcome;

Outcome conform_run(const Check *check, const bsn_plugin *plugin);

/* Runs all checks of the groups, ended by NULL, and sees that those of these
 * ids, and only those, do not pass: "sm2-nonces sm2-edges", each with its
 * group's name in front left out. */
void conform_assert_found(const CheckGroup *const *groups,
			  const bsn_plugin *plugin, const char *ids);

/* A plugin that offers these, one at a time; NULL: none. */
const bsn_plugin *conform_plugin(const bsn_hash *hash,
				 const bsn_signature *signature,
				 const bsn_cipher *cipher);
/* One that offers what keys are good for beside signing. */
const bsn_plugin *conform_public_key(const bsn_encryption *encryption,
				     const bsn_key_agreement *agreement);

#endif
