/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/chaincode/package.h: chaincode packages as Fabric 2 has them: a gzipped
 * tar with metadata.json {"path","type","label"} and code.tar.gz. Read within
 * bounds, by libarchive, from memory. All functions: [any].
 */
#ifndef CHAINCODE_PACKAGE_H
#define CHAINCODE_PACKAGE_H

#include <bsn/base.h>
#include <glib.h>

/* Bytes of a package, of what it unpacks to, and files in it. */
#define CHAINCODE_PACKAGE_MAX (256u << 20)
#define CHAINCODE_CODE_MAX (512u << 20)
#define CHAINCODE_FILES_MAX 65536u
#define CHAINCODE_LABEL_MAX 128u

typedef struct {
	char *label; /* [a-zA-Z0-9][a-zA-Z0-9_.+-]*, as Fabric has it */
	char *type;  /* in lower case: "node", "ccaas", "native" */
	char *path;
	GBytes *code; /* code.tar.gz */
} ChaincodePackage;

/* Returns: BSN_OK and a package for chaincode_package_free.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: "the package ..." */
int32_t chaincode_package_read(bsn_slice bytes, ChaincodePackage **package,
			       bsn_err *err);
void chaincode_package_free(ChaincodePackage *package);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChaincodePackage, chaincode_package_free)

/* One file of the code. */
typedef struct {
	const char *path; /* relative, clean: no "..", no empty part */
	gboolean executable;
	bsn_slice data;
} ChaincodeFile;
/* Calls `visit` for each regular file of code.tar.gz; links and devices are
 * errors. A status other than BSN_OK ends it.
 *
 * Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE; those of visit. */
int32_t chaincode_package_files(const ChaincodePackage *package,
				int32_t (*visit)(const ChaincodeFile *file,
						 gpointer data),
				gpointer data, bsn_err *err);

/* Indexes of CouchDB's that a package brings, each a file of its code, as Fabric
 * looks for them: META-INF/statedb/couchdb/[collections/NAME/]indexes/x.json. */
#define CHAINCODE_INDEXES_MAX 64u
#define CHAINCODE_INDEX_MAX (16u << 10)

typedef struct {
	char *collection; /* "": the public state */
	char *file;
	char *text; /* not looked at */
} ChaincodeIndex;

/* Those of a package, in the order of its files; those beyond the limits are
 * left out. Code that cannot be read has none: who runs it says what is wrong.
 *
 * Returns: ChaincodeIndex, for g_ptr_array_unref. */
GPtrArray *chaincode_package_indexes(const ChaincodePackage *package);

/* Appends a package of n files, in their order, to `out`; the same files give
 * the same bytes.
 *
 * Errors: BSN_BAD_REQUEST: the label; BSN_E_INTERNAL. */
int32_t chaincode_package_write(const char *label, const char *type,
				const char *path, const ChaincodeFile *files,
				gsize n, GByteArray *out, bsn_err *err);

#endif
