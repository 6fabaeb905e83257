/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/due.h: which checks a plugin is due.
 */
#ifndef TOOLS_CONFORM_DUE_H
#define TOOLS_CONFORM_DUE_H

#include "tools/conform/check.h"
#include "tools/conform/options.h"
#include "tools/conform/subject.h"

typedef struct {
	const ConformOptions *options;
	const Subject *subject;
	gboolean refused; /* it could not be loaded */
} Due;

/* Whether the check is to be run, or its row looked at. */
gboolean check_is_due(const Due *due, const Check *check);
/* Whether it is about a row that the engine does not claim. */
gboolean check_is_unclaimed(const Due *due, const Check *check);

#endif
