package lifestage;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;

/**
 * The C ABI, function by function; {@code lifestage.h} documents it.
 *
 * <p>JNA's direct mapping: a call costs a tenth of what it does through an interface. Handles and lengths are
 * {@code long}, places for one {@code long[1]}: on every platform that lifestage is built for, a pointer and a
 * {@code size_t} have that size, and nothing needs to be allocated outside the Java heap.
 */
final class Abi {
    /** The ABI this binding is written for: major * 1000 + minor. */
    static final int VERSION = 1000;

    static final int OK = 0;
    static final int ENGLISH = 0;
    static final int CHINESE = 1;

    /** Names another library than the one inside the jar: for a platform the jar does not serve. */
    private static final String LIBRARY_PROPERTY = "lifestage.library";

    static {
        NativeLibrary library = NativeLibrary.getInstance(path());
        requireCompatible(library.getFunction("lifestage_abi_version").invokeInt(new Object[0]), library.getName());
        Native.register(Abi.class, library);
    }

    private Abi() {}

    static native int lifestage_engine_new(byte[] policy, long policyLen, long[] outEngine, long[] outError);

    static native int lifestage_engine_open(byte[] path, long pathLen, long[] outEngine, long[] outError);

    static native int lifestage_engine_call(
            long engine,
            byte[] operation,
            long operationLen,
            byte[] request,
            long requestLen,
            long[] outResponse,
            long[] outError);

    static native int lifestage_engine_call_batch(
            long engine,
            byte[] operation,
            long operationLen,
            long tables,
            byte[] params,
            long paramsLen,
            long cancel,
            long[] outTables,
            long[] outError);

    static native int lifestage_engine_with_threads(long engine, long threads, long[] outEngine, long[] outError);

    static native long lifestage_engine_threads(long engine);

    static native void lifestage_engine_free(long engine);

    static native long lifestage_tables_new();

    static native int lifestage_tables_put_columns(
            long tables, byte[] name, long nameLen, Pointer columns, long columnCount, long[] outError);

    static native int lifestage_tables_put_stream(
            long tables, byte[] name, long nameLen, Pointer stream, long[] outError);

    static native int lifestage_tables_take_stream(
            long tables, byte[] name, long nameLen, Pointer outStream, long[] outError);

    static native long lifestage_tables_count(long tables);

    static native Pointer lifestage_tables_name(long tables, long index);

    static native int lifestage_tables_next(long tables, byte[] name, long nameLen, long[] outBatch, long[] outError);

    static native void lifestage_tables_free(long tables);

    static native long lifestage_batch_rows(long batch);

    static native long lifestage_batch_column_count(long batch);

    static native Pointer lifestage_batch_column_at(long batch, long index);

    static native int lifestage_batch_column(long batch, byte[] name, long nameLen, long[] outColumn, long[] outError);

    static native Pointer lifestage_batch_metadata(long batch, byte[] key, long keyLen);

    static native void lifestage_batch_free(long batch);

    static native long lifestage_cancel_new();

    static native void lifestage_cancel_set(long cancel);

    static native void lifestage_cancel_free(long cancel);

    static native int lifestage_handle_open(
            long engine, byte[] name, long nameLen, byte[] params, long paramsLen, long[] outHandle, long[] outError);

    static native int lifestage_handle_restore(
            long engine, byte[] state, long stateLen, long[] outHandle, long[] outError);

    static native int lifestage_handle_update(
            long handle, byte[] update, long updateLen, long[] outResponse, long[] outError);

    static native int lifestage_handle_query(
            long handle, byte[] query, long queryLen, long[] outResponse, long[] outError);

    static native int lifestage_handle_update_batch(
            long handle, long tables, byte[] params, long paramsLen, long cancel, long[] outTables, long[] outError);

    static native int lifestage_handle_query_batch(
            long handle, long tables, byte[] params, long paramsLen, long cancel, long[] outTables, long[] outError);

    static native int lifestage_handle_serialise(long handle, long[] outState, long[] outError);

    static native void lifestage_handle_free(long handle);

    static native Pointer lifestage_error_json(long error);

    static native Pointer lifestage_error_message(long error, int language);

    static native void lifestage_error_free(long error);

    static native Pointer lifestage_text_data(long text);

    static native long lifestage_text_len(long text);

    static native void lifestage_text_free(long text);

    static native Pointer lifestage_version();

    /** Refuses a library that lacks what this binding calls, before anything is called. */
    static void requireCompatible(int version, String library) {
        if (version / 1000 != VERSION / 1000 || version < VERSION) {
            throw new UnsatisfiedLinkError(String.format(
                    "%s has ABI %s; this version of lifestage for Java needs ABI %s or a later minor of it",
                    library, shown(version), shown(VERSION)));
        }
    }

    private static String shown(int version) {
        return version / 1000 + "." + version % 1000;
    }

    /** The library inside the jar; JNA's own search would prefer another one that happens to be installed. */
    private static String path() {
        if (Native.POINTER_SIZE != Long.BYTES || Native.SIZE_T_SIZE != Long.BYTES) {
            throw new UnsatisfiedLinkError(
                    "lifestage needs a 64-bit Java; this one is for " + Platform.RESOURCE_PREFIX);
        }
        String named = System.getProperty(LIBRARY_PROPERTY);
        if (named != null) {
            return named;
        }
        try {
            return Native.extractFromResourcePath("lifestage", Abi.class.getClassLoader())
                    .getPath();
        } catch (IOException missing) {
            throw new UnsatisfiedLinkError(String.format(
                    "lifestage's jar has no library for %s: name one with -D%s=<file> (%s)",
                    Platform.RESOURCE_PREFIX, LIBRARY_PROPERTY, missing.getMessage()));
        }
    }
}
