/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/gm-paths.h: every way in which this machine can do SM2 and SM3.
 */
#ifndef TESTS_UNIT_GM_PATHS_H
#define TESTS_UNIT_GM_PATHS_H

#include <glib.h>

/* As many as it takes for each way of the field, with vectors of points and
 * without, and each of the hash to be one of them. */
guint gm_path_count(void);
/* Has all use number i from now on. "portable, avx2". Main thread. */
const char *gm_path_use(guint i);
/* The ways of the curve alone, which come first. */
guint gm_path_curves(void);
/* What the plugin would choose. */
void gm_path_best(void);

#endif
