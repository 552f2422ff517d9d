package dev.oar.cli;

import dev.oar.config.ConfigException;
import dev.oar.file.CorruptFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Puts what went wrong into one sentence for the user. */
final class FailureSentences {
    private static final String NATIVE_PACKAGE = "org.bytedeco.";

    private FailureSentences() {}

    /** The failure itself without the exceptions that only carry it. */
    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean carrier = failure instanceof UncheckedIOException
                || failure instanceof ExecutionException
                || failure instanceof CompletionException
                || failure instanceof InvocationTargetException;
        return carrier && cause != null ? unwrapped(cause) : failure;
    }

    /** One sentence about a failure. */
    static String of(Throwable failure) {
        if (diskFull(failure)) {
            return "the disk is full" + place(failure)
                    + "; free space and give the same command again, finished work is kept";
        }
        if (failure instanceof CorruptFileException
                || failure instanceof ConfigException
                || failure instanceof IllegalArgumentException
                || failure instanceof ArithmeticException) {
            return message(failure);
        }
        if (failure instanceof IOException io) {
            return ofFiles(io);
        }
        if (failure instanceof ReadOnlyFileSystemException) {
            return "a file cannot be written because its file system is read-only; choose another --out";
        }
        if (failure instanceof OutOfMemoryError) {
            return "the Java heap is too small (" + message(failure)
                    + "); use smaller batches or set OAR_JAVA_OPTS=-Xmx8g";
        }
        return ofProgram(failure);
    }

    /** Text on one line. */
    static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String ofFiles(IOException failure) {
        if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
            return "there is no file or folder " + message(failure) + "; check the path";
        }
        if (failure instanceof AccessDeniedException) {
            return "access to " + message(failure) + " is denied; check its permissions";
        }
        if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
            return "a folder is needed at " + message(failure) + ", but there is a file; choose another path";
        }
        return failure.getClass() == IOException.class
                ? message(failure)
                : "a file cannot be read or written: " + message(failure);
    }

    /** A failure that no user causes by what is given, unless it is memory. */
    private static String ofProgram(Throwable failure) {
        String text = firstLine(failure);
        if (isNative(failure) && text.startsWith("CUDA out of memory")) {
            return "the GPU is out of memory; use a smaller batch size or --device cpu";
        }
        if (isNative(failure)) {
            return text.toLowerCase(Locale.ROOT).contains("allocate memory") || text.contains("bad_alloc")
                    ? "memory ran out; use smaller batches or close other programs"
                    : "LibTorch refused an operation: " + text + "; please report this";
        }
        if (failure instanceof IllegalStateException || failure instanceof LinkageError) {
            return text;
        }
        return "the program failed unexpectedly with " + failure.getClass().getSimpleName() + ": " + text
                + "; please report this";
    }

    /** C++ exceptions arrive as plain runtime exceptions thrown by a native method of the binding. */
    private static boolean isNative(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure.getClass() == RuntimeException.class
                && trace.length > 0
                && trace[0].isNativeMethod()
                && trace[0].getClassName().startsWith(NATIVE_PACKAGE);
    }

    private static boolean diskFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (cause instanceof IOException
                    && (text.contains("No space left on device")
                            || text.contains("Disk quota exceeded")
                            || text.contains("not enough space on the disk"))) {
                return true;
            }
        }
        return false;
    }

    private static String place(Throwable failure) {
        String file = failure instanceof FileSystemException files ? files.getFile() : null;
        return file == null ? "" : " (writing " + file + ")";
    }

    private static String message(Throwable failure) {
        @Nullable String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : oneLine(message);
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("no reason given");
    }
}
