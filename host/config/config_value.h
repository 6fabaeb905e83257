/* SPDX-License-Identifier: Apache-2.0
 *
 * host/config/config_value.h: one value's text and its member of Config.
 */
#ifndef HOST_CONFIG_CONFIG_VALUE_H
#define HOST_CONFIG_CONFIG_VALUE_H

#include "host/config/config_key.h"

/* Checks a value and puts it into its member, which is zero. Relative paths are
 * made absolute with `directory`. Answers NULL, or what is wrong and what to do
 * as the end of a sentence that begins with the key and its value. */
char *config_value_set(Config *config, const ConfigKey *key, const char *text,
		       const char *directory);
void config_value_clear(Config *config, const ConfigKey *key);
/* The numbers that a key accepts, "1K to 64M"; NULL when it takes none. */
char *config_value_range(const ConfigKey *key);

#endif
