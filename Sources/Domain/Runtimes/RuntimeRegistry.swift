/// The runtimes, models and parameters on offer (spec 02 §18, 03 §16.1), and the rules that make any request valid.
///
/// The list is data: the page draws its selectors from it and an operator may hand in another one.
package struct RuntimeRegistry: Codable, Sendable, Equatable {
    package struct Model: Codable, Sendable, Equatable {
        package var id: String
        package var name: String
    }

    package struct Option: Codable, Sendable, Equatable {
        package var id: String
        /// Model ids that take this value; `nil` means all of the runtime's.
        package var models: [String]?
    }

    package struct Control: Codable, Sendable, Equatable {
        package var id: String
        package var name: String
        /// The default comes first.
        package var options: [Option]

        package func supports(_ value: String, model: String) -> Bool {
            self.options.contains { $0.id == value && ($0.models?.contains(model) ?? true) }
        }
    }

    package struct Runtime: Codable, Sendable, Equatable {
        package var id: RuntimeID
        package var name: String
        /// The default comes first; empty when the runtime lists its models itself.
        package var models: [Model]
        package var defaultModel: String
        package var controls: [Control]
        /// Any `provider/model` is accepted.
        package var acceptsAnyModel: Bool
    }

    package var runtimes: [Runtime]

    package init(runtimes: [Runtime]) {
        self.runtimes = runtimes
    }

    package func runtime(_ id: RuntimeID) -> Runtime? {
        self.runtimes.first { $0.id == id }
    }

    /// The runtime's default model with every control at its default for that model.
    package func defaults(of id: RuntimeID) -> RuntimeSettings {
        let model = self.runtime(id)?.defaultModel ?? ""
        return RuntimeSettings(runtimeID: id, model: model, params: self.params([:], of: id, model: model))
    }

    /// The nearest valid settings, or `nil` when the runtime is unknown or the model is not text (400 at routes).
    ///
    /// An unknown model becomes the runtime's default; unknown parameters are dropped; an unsupported value becomes the
    /// control's default where the model takes it, else `high` for an effort, else the first value it takes.
    package func normalize(runtimeID: String?, model: String?, params: [String: String]) -> RuntimeSettings? {
        guard let id = runtimeID.flatMap(RuntimeID.init(rawValue:)), let runtime = self.runtime(id), let model else {
            return nil
        }
        let wanted = Self.baseModel(model)
        let known: String
        if runtime.models.contains(where: { $0.id == wanted }) {
            known = wanted
        } else if runtime.acceptsAnyModel, Self.isProviderModel(model) {
            known = model
        } else {
            known = runtime.defaultModel
        }
        return RuntimeSettings(runtimeID: id, model: known, params: self.params(params, of: id, model: known))
    }

    private func params(_ wanted: [String: String], of id: RuntimeID, model: String) -> [String: String] {
        var params: [String: String] = [:]
        for control in self.runtime(id)?.controls ?? [] {
            if let value = wanted[control.id], control.supports(value, model: model) {
                params[control.id] = value
            } else if let standard = control.options.first?.id, control.supports(standard, model: model) {
                params[control.id] = standard
            } else if control.supports("high", model: model) {
                params[control.id] = "high"
            } else if let first = control.options.first(where: { control.supports($0.id, model: model) }) {
                params[control.id] = first.id
            }
        }
        return params
    }

    /// The id without an `anthropic/` prefix and without a date suffix of eight digits.
    package static func baseModel(_ id: String) -> String {
        var base = id.hasPrefix("anthropic/") ? String(id.dropFirst("anthropic/".count)) : id
        let parts = base.split(separator: "-", omittingEmptySubsequences: false)
        if let last = parts.last, last.utf8.count == 8, last.utf8.allSatisfy({ (48...57).contains($0) }) {
            base = parts.dropLast().joined(separator: "-")
        }
        return base
    }

    private static func isProviderModel(_ id: String) -> Bool {
        guard let slash = id.firstIndex(of: "/") else { return false }
        let provider = id[..<slash]
        let model = id[id.index(after: slash)...]
        return !provider.isEmpty && !model.isEmpty && !model.contains(where: \.isWhitespace)
            && provider.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "_.-".unicodeScalars.contains(scalar))
            }
    }
}
