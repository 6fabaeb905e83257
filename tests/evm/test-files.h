/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/evm/test-files.h: the JSON files of Ethereum's test suite.
 */
#ifndef TESTS_EVM_TEST_FILES_H
#define TESTS_EVM_TEST_FILES_H

#include <glib.h>

/* Visits a file, or the files below a folder that end in .json, in order of
 * their names. */
void test_files_visit(const char *path,
		      void (*visit)(gpointer user, const char *path),
		      gpointer user);

#endif
