package dev.oar.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;

/** An operator of LibTorch that the Java binding has no method for, found by its schema's name. Holds it until it is closed. */
final class Operator implements AutoCloseable {
    private final OperatorHandle handle;

    private Operator(OperatorHandle handle) {
        this.handle = handle;
    }

    /**
     * The operator of this name, such as {@code aten::_weight_int8pack_mm}.
     *
     * @throws IllegalArgumentException if this LibTorch has none
     */
    static Operator named(String name) {
        LibTorch.load();
        try {
            OperatorHandle handle = Dispatcher.singleton().findSchemaOrThrow(name, "");
            handle.retainReference();
            return new Operator(handle);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "this LibTorch has no operator " + name
                            + "; use a weight format or a BLAS library that does without",
                    e);
        }
    }

    /** Its result for these arguments, in their order; a tensor of the scope around. */
    Tensor call(IValue... arguments) {
        IValueVector stack = new IValueVector(arguments);
        handle.callBoxed(stack);
        return new Tensor(stack.get(0).toTensor());
    }

    /** Its results for these arguments, in their order; tensors of the scope around. */
    List<Tensor> callForAll(IValue... arguments) {
        IValueVector stack = new IValueVector(arguments);
        handle.callBoxed(stack);
        List<Tensor> results = new ArrayList<>();
        for (long i = 0; i < stack.size(); i++) {
            results.add(new Tensor(stack.get(i).toTensor()));
        }
        return results;
    }

    /** Its result that is no tensor, such as prepacked weights; retained, the caller releases it. */
    IValue retained(IValue... arguments) {
        try (TensorScope ignored = TensorScope.open()) {
            IValueVector stack = new IValueVector(arguments);
            handle.callBoxed(stack);
            IValue result = new IValue(stack.get(0));
            result.retainReference();
            return result;
        }
    }

    /**
     * An empty list of the type that an argument has; retained, the caller releases it.
     *
     * @param argument its place, from 0
     */
    GenericList emptyList(int argument) {
        try (TensorScope ignored = TensorScope.open()) {
            Argument described = handle.schema().arguments().position(argument);
            GenericList list = new GenericList(described.type().get().containedType(0));
            list.retainReference();
            return list;
        }
    }

    @Override
    public void close() {
        handle.releaseReference();
    }
}
