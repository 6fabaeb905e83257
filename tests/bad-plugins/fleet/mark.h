/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/bad-plugins/fleet/mark.h: where a module of the fleet says what is wrong
 * with it.
 */
#ifndef TESTS_BAD_PLUGINS_FLEET_MARK_H
#define TESTS_BAD_PLUGINS_FLEET_MARK_H

#define FLEET_MAGIC "\bbsn-fleet fault:"
#define FLEET_NAME_MAX 48

/* As it lies in the file; it occurs there once. */
typedef struct {
	char magic[sizeof(FLEET_MAGIC) - 1];
	char fault[FLEET_NAME_MAX]; /* its symbol, or "none"; NUL-terminated */
} FleetMark;

#endif
