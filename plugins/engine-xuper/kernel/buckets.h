/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/buckets.h: where accounts and contracts are in
 * XModel: XuperChain's buckets and keys.
 *
 *	XCAccount           ACCOUNT -> ACL
 *	XCContract          CONTRACT \x01 METHOD -> ACL
 *	XCContract2Account  CONTRACT -> ACCOUNT
 *	XCAccount2Contract  ACCOUNT \x01 CONTRACT -> "true"
 *	XCAK2Account        ADDRESS \x01 ACCOUNT -> "true"
 *	contract            CONTRACT.desc, CONTRACT.code, CONTRACT.abi
 */
#ifndef XUPER_KERNEL_BUCKETS_H
#define XUPER_KERNEL_BUCKETS_H

#define BUCKET_ACCOUNT "XCAccount"
#define BUCKET_METHOD_ACL "XCContract"
#define BUCKET_CONTRACT_ACCOUNT "XCContract2Account"
#define BUCKET_ACCOUNT_CONTRACT "XCAccount2Contract"
#define BUCKET_ADDRESS_ACCOUNT "XCAK2Account"
#define BUCKET_CONTRACT "contract"
#define BUCKETS_JOIN "\x01"
#define BUCKETS_TRUE "true"

#endif
