package dev.oar.tensor;

/** The program that {@link ColdStartTests} runs in a virtual machine of its own: the first use of LibTorch on a host. */
final class ColdStart {
    private ColdStart() {}

    /** Prints the sum of 1, 2 and 3, and the BLAS library in force. */
    public static void main(String[] arguments) {
        float sum = TensorScope.compute(() -> Tensors.floats(
                Tensors.of(new float[] {1, 2, 3}, 1, 3).matmul(Tensors.of(new float[] {1, 1, 1}, 3, 1)))[0]);
        System.out.println("sum " + sum + " on " + LibTorch.blas());
    }
}
