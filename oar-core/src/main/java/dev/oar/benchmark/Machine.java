package dev.oar.benchmark;

import dev.oar.tensor.LibTorch;
import java.io.IOException;

/**
 * What a benchmark ran on.
 *
 * @param processors processors of the container
 * @param threads threads that work is spread over
 * @param platform as JavaCPP names it
 * @param java version and vendor
 * @param libtorch version of the binding
 * @param blas the BLAS library in force
 */
public record Machine(int processors, int threads, String platform, String java, String libtorch, String blas) {
    /** The machine that this runs on. */
    static Machine current() throws IOException {
        LibTorch.load();
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                LibTorch.threads(),
                LibTorch.platform(),
                System.getProperty("java.version") + ", " + System.getProperty("java.vendor"),
                LibTorch.version(),
                LibTorch.blas());
    }
}
