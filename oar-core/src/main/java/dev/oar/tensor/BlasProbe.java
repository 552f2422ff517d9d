package dev.oar.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;

/**
 * Measures matrix products of the BLAS library that JavaCPP is told to load, without LibTorch, on one thread; a process can hold one
 * such library only, so {@link BlasChoice} starts one of these for each.
 */
final class BlasProbe {
    private static final int SIZE = 512;
    private static final int FEWEST = 3;
    private static final double SECONDS = 0.2;

    private BlasProbe() {}

    /** Writes floating-point operations per second to the file that the argument names. */
    public static void main(String[] arguments) throws IOException {
        try (LoadingLock ignored = LoadingLock.take(Path.of(System.getProperty("org.bytedeco.javacpp.cachedir")))) {
            Loader.load(openblas.class);
        }
        Files.writeString(Path.of(arguments[0]), Double.toString(rate()));
    }

    private static double rate() {
        try (PointerScope ignored = new PointerScope()) {
            FloatPointer a = new FloatPointer((long) SIZE * SIZE);
            FloatPointer b = new FloatPointer((long) SIZE * SIZE);
            FloatPointer c = new FloatPointer((long) SIZE * SIZE);
            for (long i = 0; i < (long) SIZE * SIZE; i++) {
                a.put(i, i % 7 - 3);
                b.put(i, i % 5 - 2);
            }
            multiply(a, b, c);
            double best = Double.POSITIVE_INFINITY;
            long began = System.nanoTime();
            for (int i = 0; i < FEWEST || (System.nanoTime() - began) * 1e-9 < SECONDS; i++) {
                long from = System.nanoTime();
                multiply(a, b, c);
                best = Math.min(best, (System.nanoTime() - from) * 1e-9);
            }
            return 2.0 * SIZE * SIZE * SIZE / best;
        }
    }

    private static void multiply(FloatPointer a, FloatPointer b, FloatPointer c) {
        openblas.cblas_sgemm(
                openblas.CblasRowMajor,
                openblas.CblasNoTrans,
                openblas.CblasTrans,
                SIZE,
                SIZE,
                SIZE,
                1,
                a,
                SIZE,
                b,
                SIZE,
                0,
                c,
                SIZE);
    }
}
