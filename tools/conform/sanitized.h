/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/sanitized.h: SANITIZED, 1 when memory is watched by
 * AddressSanitizer, which takes more of it than any bound allows.
 */
#ifndef TOOLS_CONFORM_SANITIZED_H
#define TOOLS_CONFORM_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
