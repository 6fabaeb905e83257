/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/io-kid.h: children of the fixture's plugin. The child is io-child,
 * which says by its exit code what it met.
 */
#ifndef TESTS_UNIT_IO_KID_H
#define TESTS_UNIT_IO_KID_H

#include "tests/unit/io-fixture.h"

#define CONFINED { .child_confined = TRUE }

/* A child, as its parent sees it. */
typedef struct {
	bsn_io_parent parent;
	IoFixture *fixture;
	bsn_io_child *child;
	guint exited;
	int32_t status;
	int code, signal;
	char *reason;
} Kid;

void kid_clear(Kid *kid);
/* Completes the spec's size, and its name if it has none. */
int32_t start_spec(IoFixture *fixture, Kid *kid, bsn_io_spec *spec,
		   bsn_err *err);
void start_well(IoFixture *fixture, Kid *kid, bsn_io_spec *spec);
/* io-child VERB ARGUMENT, with whatever else stands in the spec. */
void start_verb(IoFixture *fixture, Kid *kid, const char *verb,
		const char *argument, bsn_io_spec spec);
/* Its exit code. */
int run_verb(IoFixture *fixture, const char *verb, const char *argument);
void run_shell(IoFixture *fixture, Kid *kid, const char *script,
	       bsn_io_spec spec);

#endif
