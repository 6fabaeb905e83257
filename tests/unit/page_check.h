/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/page_check.h: whether a page that we made is well-formed and
 * stands by itself.
 */
#ifndef TESTS_UNIT_PAGE_CHECK_H
#define TESTS_UNIT_PAGE_CHECK_H

/* Ends the process when an element is not closed or an attribute not quoted, or
 * something would be loaded or run, or a number is none. */
void page_check(const char *page);

#endif
