/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/conform-fixture.h: a set of checks and a report of every verdict.
 */
#ifndef TESTS_UNIT_CONFORM_FIXTURE_H
#define TESTS_UNIT_CONFORM_FIXTURE_H

#include "tools/conform/result.h"

#define FIXTURE_DIGEST                                                         \
	"sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

/* Checks of levels 0 to 3 in the groups "load", "tx", "ledger", "function" and
 * "sim"; ended by NULL. */
extern const CheckGroup *const fixture_groups[];

/* Every check has passed. */
Report *fixture_report_good(void);
/* Each verdict comes once at least; texts of the plugin's hold what harms a
 * terminal, XML, HTML, YAML and JSON. */
Report *fixture_report_every_verdict(void);
/* What could not be loaded. */
Report *fixture_report_refused(void);

/* The result of the check with this id; it must be there. */
Result *fixture_result(const Report *report, const char *id);

#endif
