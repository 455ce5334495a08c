// Calls to our own API. A refusal is an `ApiError` with the code and sentence of the answer.

export class ApiError extends Error {
  /** `status` 0 means that no answer came. */
  constructor(status, code, message) {
    super(message || sentences[code] || "Something went wrong. Please try again.");
    this.name = "ApiError";
    this.status = status;
    this.code = code;
  }
}

const sentences = {
  offline: "The server did not answer. Check the connection and try again.",
  invalid_name: "A name has 1 to 80 characters.",
  invalid_app_name: "A name has 2 to 80 characters.",
  invalid_workspace: "A name has 2 to 80 characters.",
  invalid_identity: "Please check your name, email address and role.",
  invalid_runtime_settings: "This model or one of its settings is not offered.",
  file_too_large: "A file may have up to 25 MB.",
  upload_too_large: "All files together may have up to 50 MB.",
  too_many_files: "Up to 10 files can be attached.",
  invalid_file: "One of the files is empty or could not be read.",
  forbidden: "Your role does not allow this.",
};

/** Sends JSON, answers JSON (`null` for an empty answer). */
export async function api(method, path, body, { signal, headers } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "offline");
  }
  return answer(response.status, await response.text());
}

export const get = (path, options) => api("GET", path, undefined, options);

function answer(status, text) {
  let value = null;
  try {
    value = text ? JSON.parse(text) : null;
  } catch {
    // Not ours: a proxy's error page, perhaps. The status says enough.
  }
  if (status >= 200 && status < 300) return value;
  throw new ApiError(status, value?.error ?? "unknown", value?.message);
}

/** Sends a form with files; `progress` hears the sent part, 0 to 1. */
export function upload(path, form, { progress, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("accept", "application/json");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress?.(event.loaded / event.total);
    };
    request.onload = () => {
      try {
        resolve(answer(request.status, request.responseText));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(new ApiError(0, "offline"));
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
