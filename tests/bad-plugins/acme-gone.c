/* SPDX-License-Identifier: Apache-2.0
 *
 * The library that missing-dependency is linked with.
 */
#include <stdint.h>

__attribute__((visibility("default"))) int32_t acme_gone(void);

int32_t
acme_gone(void)
{
	return 0;
}
